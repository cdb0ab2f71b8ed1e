//! What the engine has to say, by code.

groundwork_model::codes! {
    /// A field of ours that the last apply had is gone from a document that an API server has had.
    pub FIELD_LOST = "ENGINE-FIELD-LOST", "The document has lost a field since it was last applied", "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning";
    /// A field has changed that KKP lets nobody change, or that nodes do not follow.
    pub FIXED = "ENGINE-FIXED", "A field can no longer be changed", "https://docs.kubermatic.com/kubermatic/main/tutorials-howtos/networking/cni-cluster-network/";
    /// Two used objects carry one label.
    pub AMBIGUOUS = "ENGINE-AMBIGUOUS", "Two used objects carry one label", "";
    /// Objects of the reference system are there.
    pub ADOPTABLE = "ENGINE-ADOPTABLE", "Objects that another system created for this cluster exist", "";
    /// Our objects are there, but this journal has never seen the cluster.
    pub UNKNOWN_OBJECTS = "ENGINE-UNKNOWN-OBJECTS", "Objects with this cluster's label exist that this state does not have", "";
    /// Something that is not ours hangs on what would be deleted.
    pub IN_THE_WAY = "ENGINE-IN-THE-WAY", "Somebody else's object uses an object that would be deleted", "";
    /// Others use what would be deleted: it is left to them.
    pub SHARED = "ENGINE-SHARED", "An object that other clusters use is not deleted", "";
    /// A replace was not allowed by name.
    pub REPLACE = "ENGINE-REPLACE", "An object would be deleted and created again", "";
    /// Objects of another cluster have this cluster's name.
    pub NAMESAKE = "ENGINE-NAMESAKE", "Objects of a cluster with another uid have this cluster's name", "";
    /// The cloud cannot hold our label on an object.
    pub LABEL = "ENGINE-LABEL", "The cloud cannot hold the label of an object", "";
    /// The state knows objects of the cluster, and the cloud shows none of them.
    pub UNSEEN = "ENGINE-UNSEEN", "The cloud shows none of the objects that the state knows", "";
    /// An object may be replaced that the plan does not have: usually a misspelling.
    pub REPLACE_UNKNOWN = "ENGINE-REPLACE-UNKNOWN", "`--replace` names an object that is not in the plan", "";
    /// The document names an object that does not exist.
    pub NAMED_ABSENT = "ENGINE-NAMED-ABSENT", "The document names an object that does not exist", "";
    /// What would be made could never be found again.
    pub NOBODYS = "ENGINE-NOBODYS", "An object without a label would join only objects of somebody else", "";
    /// An external object is not as it has to be.
    pub VIOLATED = "ENGINE-VIOLATED", "An object of somebody else does not fit", "";
    /// The plan is for another account.
    pub ACCOUNT = "ENGINE-ACCOUNT", "The cluster was applied to another account", "";
    /// An earlier run was interrupted.
    pub INTERRUPTED = "ENGINE-INTERRUPTED", "An earlier run was interrupted", "";
    /// The document names no datacenter that is there.
    pub DATACENTER = "ENGINE-DATACENTER", "The cluster's datacenter was not given", "";
    /// The name could mean more than one cluster.
    pub SEVERAL = "ENGINE-SEVERAL", "Several clusters have this name", "";
    /// The document names a cloud that this binary has no driver for.
    pub NO_DRIVER = "ENGINE-NO-DRIVER", "There is no driver for this cloud", "";
    /// A sweep cannot look at everything.
    pub UNSWEPT = "ENGINE-UNSWEPT", "A sweep leaves out a kind of objects", "";
    /// The cluster is paused.
    pub PAUSED = "ENGINE-PAUSED", "The cluster is paused", "";
    /// The cluster is being deleted.
    pub DELETING = "ENGINE-DELETING", "The cluster is being deleted", "";
}
