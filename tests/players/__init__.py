"""Both sides of every channel, played against the real program: the server itself, customers, partners, mail servers, agents."""
