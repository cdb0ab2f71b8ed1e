//! The HTTP seam of the hand-typed drivers: limits, redaction, TLS, proxies.
