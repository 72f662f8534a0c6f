"""A first look at a clip without a site: nothing in it is metric."""
