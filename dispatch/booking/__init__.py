"""From a call to a promise: propose, accept, change, cancel."""
