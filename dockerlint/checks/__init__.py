"""What is wrong? One module a subject: generators of findings. Ids, prose and severities stand in the cards."""
