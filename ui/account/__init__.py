"""How people come in and look after their own access. Rules and rows are in `people`; allauth does the rest."""
