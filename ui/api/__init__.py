"""The REST door of every registered kind. Apps add further endpoints with views derived from `ui.api.doors.ApiDoor`."""
