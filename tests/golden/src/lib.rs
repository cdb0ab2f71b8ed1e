//! Golden files of graphs, plans and transcripts.
