"""What no account shows: the experience, management and qualification of who runs a business, measured by answers."""
