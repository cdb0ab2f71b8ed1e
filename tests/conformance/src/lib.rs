//! The conformance suite over Provider, and the toy provider.
