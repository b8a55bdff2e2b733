"""The registry of makers: IKM, their sentra, their members, and the road from application to shop."""
