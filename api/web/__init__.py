"""The dashboard: a page of static files, built from `dashboard/` into `dist`."""
