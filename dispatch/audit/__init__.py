"""Proofs of the journal: the chain is whole, the tables say what it says, and every plan can be built again."""
