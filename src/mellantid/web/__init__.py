"""The web app: pages and API on a workspace, live."""
