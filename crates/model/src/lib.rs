//! Vocabulary of Groundwork: clusters, datacenters, CIDR arithmetic, labels and findings.
