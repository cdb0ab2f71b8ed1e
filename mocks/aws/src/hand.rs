//! Work on the cloud that does not come through the API under test.

use std::time::Duration;

use mock_cloud::{Author, Body, Hand};
use serde_json::Value;

use crate::cloud::Aws;
use crate::ec2::{Kind, Params};
use crate::refused::Refused;

impl Aws {
    /// Carries out an operation of EC2 as a colleague with all rights would, with every check of
    /// EC2, and returns what a client would get. Parameters and answers have the names of the model
    /// that clients are made from (`call("CreateVpc", json!({ "CidrBlock": "10.0.0.0/16" }))`).
    ///
    /// # Panics
    /// If EC2 refuses it: a test asked for something that cannot be.
    pub fn call(&mut self, action: &str, asked: Value) -> Value {
        let answer = self.try_call(action, asked);
        answer.unwrap_or_else(|code| panic!("{action}: {code}"))
    }

    /// The same, for what may be refused.
    ///
    /// # Errors
    /// The code of EC2's error, and its message.
    pub fn try_call(&mut self, action: &str, asked: Value) -> Result<Value, String> {
        let work = |cloud: &mut Self| cloud.attempt(|ec2| ec2.act(action, Params(&asked)), true);
        self.by_hand(work).map_err(|refused| {
            let Refused { code, message, .. } = refused;
            format!("{code}: {message}")
        })
    }

    /// Lets everything come to its end that time alone would bring: associations, gateways.
    pub fn settle(&mut self) {
        self.schedule.advance(&mut self.store, Duration::MAX);
        self.store.take_touches();
    }

    /// Takes an object away without any check, as nothing in AWS should.
    pub fn vanish(&mut self, id: &str) {
        Hand::vanish(self, kind(id).resource_type(), id);
    }

    /// Edits the stored attributes of an object without any check. Says whether it changed.
    pub fn edit(&mut self, id: &str, edit: impl FnOnce(&mut Body)) -> bool {
        Hand::edit(self, kind(id).resource_type(), id, edit)
    }

    /// Hides an object from every request, as EC2 hides what another account has in a VPC that it
    /// shares. What leads to it leads there still.
    pub fn hide(&mut self, id: &str) {
        self.edit(id, |body| {
            drop(body.insert("_hidden".to_owned(), Value::Bool(true)))
        });
    }

    /// The stored attributes of an object; `None` if it is not there.
    pub fn body(&self, id: &str) -> Option<Body> {
        Hand::body(self, kind(id).resource_type(), id)
    }

    /// Stores an object of a kind as AWS itself would (a transit gateway, an interface of a load
    /// balancer), without any check; its id. The kind is that of tag specifications.
    ///
    /// # Panics
    /// If there is no such kind.
    pub fn put(&mut self, resource_type: &str, body: Value) -> String {
        let kind = Kind::by_resource_type(resource_type);
        let kind = kind.unwrap_or_else(|| panic!("EC2 has no {resource_type}"));
        self.ec2(true)
            .insert_as(Author::Hand, kind, &Default::default(), body)
    }
}

fn kind(id: &str) -> Kind {
    Kind::of_id(id).unwrap_or_else(|| panic!("no kind of object has an id like {id}"))
}
