use crate::cloud::Cloud;
use crate::store::{Author, Body};

/// What somebody else does to a cloud: a colleague, another tool, the operator.
///
/// Every cloud has it. What a cloud adds are its own ways of making things with all of its checks,
/// through [`Hand::by_hand`].
pub trait Hand: Cloud + Sized {
    /// Lets somebody else work on the cloud: what is made is foreign. Work that fails half-way
    /// through leaves nothing behind.
    ///
    /// # Errors
    /// What `work` says.
    fn by_hand<R, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<R, E>) -> Result<R, E> {
        let author = self.store().author();
        self.store_mut().set_author(Author::Hand);
        self.store_mut().begin();
        let result = work(self);
        if result.is_err() {
            self.store_mut().roll_back();
        }
        self.store_mut().set_author(author);
        result
    }

    /// Takes an object away without any check, as a broken database would.
    fn vanish(&mut self, kind: &str, id: &str) {
        self.store_mut().remove(kind, id);
    }

    /// Edits the stored attributes of an object without any check. Says whether it changed.
    fn edit(&mut self, kind: &str, id: &str, edit: impl FnOnce(&mut Body)) -> bool {
        self.store_mut().update(kind, id, edit)
    }

    /// The stored attributes of an object; `None` if it does not exist.
    fn body(&self, kind: &str, id: &str) -> Option<Body> {
        self.store()
            .find(kind, id)
            .map(|object| object.body.clone())
    }

    /// The ids of the objects of a kind that have this name, in order.
    fn named(&self, kind: &str, name: &str) -> Vec<String> {
        let all = self.store().list(kind);
        let named = all.filter(|object| self.describe(object).name == name);
        named.map(|object| object.id.clone()).collect()
    }
}

impl<C: Cloud> Hand for C {}
