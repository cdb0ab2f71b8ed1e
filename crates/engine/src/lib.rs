//! Look, plan, run and journal: the Groundwork engine and the facade that controllers call.
