"""What is wrong? One module a subject; generators that yield findings. No ids, no prose, no severities: the cards hold those."""
