"""How the annotator under models/ was made: data readers, training, export, evaluation. Never imported by kg/."""
