"""The registry of makers: IKM, sentra, members, and the road from application to shop."""
