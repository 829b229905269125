"""Pages and REST doors of people, sites, processes and job roles: people/ stands below ui and has none itself."""
