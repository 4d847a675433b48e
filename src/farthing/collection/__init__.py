"""Collection with conduct first: who may be contacted, when and how."""
