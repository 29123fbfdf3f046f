"""One params model per task type: what a submitter may say, validated before anything is stored."""
