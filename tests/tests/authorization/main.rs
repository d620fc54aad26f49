//! Who may call what: one row per route, one column per kind of caller, and the proof that no route of the
//! template lacks its row.

mod rows;

use journey::stack::COUNTY;
use journey::template::{Route, Template};
use journey::{Applicant, Client, Draft, Response, Reviewer, Stack, tokens};
use rows::{CALLERS, Caller, Row};

/// The people behind the columns. `owner` and `other` have a complete draft each.
struct Cast {
    nobody: Client,
    tampered: Client,
    unverified: Applicant,
    other: (Applicant, Draft),
    owner: (Applicant, Draft),
    county: Reviewer,
    elsewhere: Reviewer,
    upload: String,
    export: String,
    notification: String,
    reviewer: String,
}

impl Cast {
    async fn meet(stack: &Stack) -> Self {
        let (owner, other, unverified, county) = tokio::join!(
            Applicant::with_draft(stack),
            Applicant::with_draft(stack),
            Applicant::registered(stack),
            Reviewer::of(stack, COUNTY),
        );
        let elsewhere = stack.reviewer_elsewhere().expect("a reviewer of another county is seeded");
        let token = owner.0.api.token.clone().expect("a token");
        Self {
            nobody: Client::new(stack),
            tampered: Client::new(stack).with_token(&tokens::forged(&token, "exp", "4102444800")),
            elsewhere: Reviewer::log_in(stack, elsewhere).await,
            upload: owner.1.basic[0].clone(),
            export: owner.0.api.request_export().await.expect(202).str("/exportId").to_owned(),
            notification: owner.0.notification("real-name", "approved").await.0,
            reviewer: stack.reviewer_of(COUNTY).expect("a reviewer is seeded").account.clone(),
            unverified,
            other,
            owner,
            county,
        }
    }

    fn client(&self, caller: Caller) -> Client {
        match caller {
            Caller::Nobody => &self.nobody,
            Caller::Tampered => &self.tampered,
            Caller::Unverified => &self.unverified.api,
            Caller::Other => &self.other.0.api,
            Caller::Owner => &self.owner.0.api,
            Caller::County => &self.county.api,
            Caller::Elsewhere => &self.elsewhere.api,
        }
        .without_cookie()
    }

    /// The row's path with the owner's things in the place of its variables.
    fn path(&self, row: &Row) -> String {
        let draft = &self.owner.1;
        let attempt = self.unverified.attempt(1);
        [
            ("{attempt}", attempt.as_str()),
            ("{table}", "id_types"),
            ("{upload}", &self.upload),
            ("{export}", &self.export),
            ("{notice}", &self.notification),
            ("{reviewer}", &self.reviewer),
            ("{education}", &draft.education),
            ("{employment}", &draft.employment),
            ("{experience}", &draft.experience),
            ("{case}", &draft.case),
        ]
        .iter()
        .fold(row.path.to_owned(), |path, (variable, id)| path.replace(variable, id))
    }

    async fn call(&self, row: &Row, caller: Caller) -> Response {
        // Whoever has pictures of their own sends those, so that only the path is somebody else's.
        let (person, draft) = if matches!(caller, Caller::Other) { &self.other } else { &self.owner };
        let (client, path) = (self.client(caller), self.path(row));
        match row.body(&person.person, draft) {
            Some(body) => client.send_json(row.method, &path, &body).await,
            None => client.send(row.method, &path).await,
        }
    }
}

#[tokio::test]
async fn every_route_answers_each_kind_of_caller_as_the_table_says() {
    let stack = Stack::required();
    let cast = Box::pin(Cast::meet(&stack)).await;
    let mut differences = Vec::new();
    for row in rows::rows() {
        for (caller, expected) in CALLERS.into_iter().zip(row.expected) {
            let answer = cast.call(&row, caller).await;
            if !expected.contains(&answer.status) {
                let (line, status, text) = (&answer.request_line, answer.status, &answer.text);
                differences.push(format!("{caller:?} {line}: {status} instead of {expected:?}: {text}"));
            }
        }
    }
    assert!(differences.is_empty(), "{} cells differ:\n{}", differences.len(), differences.join("\n"));
}

/// Whether a row's path and a route's path are the same place, whatever their variables are called.
fn same_place(row: &str, route: &str) -> bool {
    let path = row.split('?').next().unwrap_or(row);
    let (mut ours, mut theirs) = (path.split('/'), route.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(_), Some(route)) if route.ends_with("+}") => return true,
            (Some(_), Some(route)) if route.starts_with('{') => {}
            (Some(row), Some(route)) if row == route => {}
            _ => return false,
        }
    }
}

fn covers(row: &Row, route: &Route) -> bool {
    (route.method == row.method || route.method == "ANY") && same_place(row.path, &route.path)
}

#[test]
fn every_route_of_the_template_has_a_row_and_every_row_a_route() {
    let (routes, rows) = (Template::read().routes(), rows::rows());
    assert!(!routes.is_empty(), "the template has no HttpApi event");
    let bare = routes.iter().filter(|route| !rows.iter().any(|row| covers(row, route)));
    let bare: Vec<_> = bare.map(|route| format!("{} {}", route.method, route.path)).collect();
    let stray = rows.iter().filter(|row| !routes.iter().any(|route| covers(row, route)));
    let stray: Vec<_> = stray.map(|row| format!("{} {}", row.method, row.path)).collect();
    assert!(
        bare.is_empty() && stray.is_empty(),
        "routes without a row: {bare:#?}\nrows without a route: {stray:#?}"
    );
}

#[test]
fn only_the_routes_meant_for_anybody_are_open() {
    let rows = rows::rows();
    for route in Template::read().routes() {
        for row in rows.iter().filter(|row| covers(row, &route)) {
            let (method, path) = (&route.method, &route.path);
            assert_eq!(route.open, row.open, "{method} {path}: open in the template, and open in the table");
        }
    }
}

#[test]
fn variables_match_each_other_and_words_only_themselves() {
    assert!(same_place("/v1/uploads/{upload}", "/v1/uploads/{id}"));
    assert!(same_place("/v1/reference/divisions?parent=11", "/v1/reference/{table}"));
    assert!(same_place("/v1/collection/scope", "/v1/collection/{proxy+}"));
    assert!(!same_place("/v1/uploads/{upload}", "/v1/uploads"));
    assert!(!same_place("/v1/uploads/{upload}", "/v1/uploads/new"));
}
