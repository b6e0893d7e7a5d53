"""The extraction stage: articles in, linked positions and relations out. spaCy lives here and nowhere else."""
