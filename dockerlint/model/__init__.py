"""What will run? Formats joined to services, stages and containers. Knows no rules, severities or words for people."""
