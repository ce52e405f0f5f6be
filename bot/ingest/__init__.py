"""From the network and from files to articles: fetch, parse (in a process that can be killed), decide."""
