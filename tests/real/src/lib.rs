//! Tests against clouds that nobody here wrote.
