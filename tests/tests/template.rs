//! What `template.yaml` may never say, whoever edits it. These tests need no stack.

use journey::template::{Template, many};
use serde_json::{Value, json};

const CONDITION: &str = "OnEmulator";

/// Every place below `value` that names the outbox and is not under the emulator's condition.
fn unguarded(value: &Value, path: &str, guarded: bool, found: &mut Vec<String>) {
    let here = guarded || value["Condition"] == CONDITION;
    match value {
        Value::String(text) if text.contains("OutboxTable") && !here => found.push(path.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                unguarded(item, &format!("{path}/{index}"), here, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let place = format!("{path}/{name}");
                let Some([condition, then, otherwise]) = branches(name, member) else {
                    unguarded(member, &place, here, found);
                    continue;
                };
                unguarded(then, &format!("{place}/1"), here || *condition == CONDITION, found);
                unguarded(otherwise, &format!("{place}/2"), here, found);
            }
        }
        _ => {}
    }
}

fn branches<'a>(name: &str, member: &'a Value) -> Option<[&'a Value; 3]> {
    let list = member.as_array().filter(|_| name == "Fn::If")?;
    <[&Value; 3]>::try_from(list.iter().collect::<Vec<_>>()).ok()
}

/// The statements of all policies that allow something, with the place where they stand.
///
/// A key policy is left out: its resource `*` is the key itself.
fn allowing<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    if path.ends_with("/KeyPolicy") {
        return;
    }
    if value.is_object() && value["Effect"] == "Allow" {
        found.push((path.to_owned(), value));
    }
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        allowing(child, &format!("{path}/{name}"), found);
    }
}

/// Whether something that happens without a caller has a place where its failures go.
fn keeps_failures(properties: &Value) -> bool {
    let destinations = [
        "/DeadLetterQueue",
        "/DeadLetterConfig",
        "/DestinationConfig/OnFailure",
        "/EventInvokeConfig/DestinationConfig/OnFailure",
        "/RedrivePolicy",
    ];
    destinations.iter().any(|pointer| properties.pointer(pointer).is_some_and(|value| !value.is_null()))
}

/// The logical id that a `Ref` or a `GetAtt` names.
fn named(value: &Value) -> Option<&str> {
    value["Ref"].as_str().or_else(|| value["Fn::GetAtt"][0].as_str())
}

#[test]
fn the_emulators_condition_is_an_account_that_cannot_exist() {
    let template = Template::read();
    let condition = &template.0["Conditions"][CONDITION];
    assert_eq!(*condition, json!({"Fn::Equals": [{"Ref": "AWS::AccountId"}, "000000000000"]}));
}

#[test]
fn the_outbox_is_impossible_in_an_account() {
    let template = Template::read();
    assert_eq!(template.0["Resources"]["OutboxTable"]["Condition"], CONDITION, "the table itself");
    let mut found = Vec::new();
    unguarded(&template.0, "", false, &mut found);
    assert!(found.is_empty(), "OutboxTable is named outside {CONDITION}: {found:#?}");
    for (name, function) in template.functions() {
        let variables = function["Properties"]["Environment"]["Variables"].as_object().into_iter().flatten();
        for (variable, value) in variables.filter(|(_, value)| value.to_string().contains("OutboxTable")) {
            assert_eq!(
                value["Fn::If"][2],
                json!({"Ref": "AWS::NoValue"}),
                "{name}: {variable} in an account"
            );
        }
    }
}

#[test]
fn a_mention_of_the_outbox_outside_the_condition_is_found() {
    let bad = Template::parse(
        "{A: {X: !Ref OutboxTable}, B: {Condition: OnEmulator, X: !Ref OutboxTable},
          C: !If [OnEmulator, !GetAtt OutboxTable.Arn, !Ref OutboxTable], D: !Sub '${OutboxTable}/index'}",
    );
    let mut found = Vec::new();
    unguarded(&bad.0, "", false, &mut found);
    assert_eq!(found, ["/A/X/Ref", "/C/Fn::If/2/Ref", "/D/Fn::Sub"]);
}

#[test]
fn no_policy_allows_everything() {
    let template = Template::read();
    let mut statements = Vec::new();
    allowing(&template.0["Resources"], "", &mut statements);
    assert!(!statements.is_empty(), "there is no policy statement to look at");
    for (path, statement) in statements {
        let actions = many(&statement["Action"]);
        assert!(!actions.is_empty(), "{path} allows by NotAction");
        for action in actions {
            assert!(action.as_str().is_some_and(|action| !action.contains('*')), "{path} allows {action}");
        }
        if statement.get("Principal").is_some() {
            assert_ne!(statement["Principal"], "*", "{path} allows anybody");
        } else if is_sms(statement) {
            assert_eq!(statement.get("Resource"), None, "{path}: SMS to phones, and to nothing else");
        } else if is_token(statement) {
            assert_eq!(statement["Resource"], "*", "{path}: AWS knows no resource for this action");
        } else {
            let resources = many(&statement["Resource"]);
            assert!(!resources.is_empty(), "{path} names no resource");
            assert!(!resources.contains(&&json!("*")), "{path} allows {} on everything", statement["Action"]);
        }
    }
}

/// A phone number is no resource that a policy can name: what can be said is "no topic".
fn is_sms(statement: &Value) -> bool {
    let topics = json!({"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"});
    many(&statement["Action"]) == [&json!("sns:Publish")] && statement["NotResource"] == topics
}

/// Whoever holds an execution's token may wake it; there is no resource that a policy could name.
fn is_token(statement: &Value) -> bool {
    many(&statement["Action"]) == [&json!("states:SendTaskSuccess")]
}

#[test]
fn every_function_has_a_role_of_its_own_with_the_policies_it_needs() {
    // What these do needs no permission: refresh tokens speak for themselves, and tables of codes are compiled in.
    const NEED_NONE: [&str; 3] = ["CloseSessionFunction", "GetReferenceFunction", "GetOpenapiFunction"];
    let template = Template::read();
    assert!(!template.functions().is_empty(), "there is no function");
    assert_eq!(template.0["Globals"]["Function"].get("Role"), None, "one role for all functions");
    for (name, function) in template.functions() {
        let properties = &function["Properties"];
        assert_eq!(properties.get("Role"), None, "{name} shares a role");
        let has_none = many(&properties["Policies"]).is_empty();
        assert_eq!(has_none, NEED_NONE.contains(&name), "{name} has policies exactly when it needs some");
    }
}

#[test]
fn only_administrators_create_users_and_passwords_have_eight_characters() {
    let template = Template::read();
    let pools = template.of_type("AWS::Cognito::UserPool");
    assert!(!pools.is_empty(), "there is no user pool");
    for (name, pool) in pools {
        let properties = &pool["Properties"];
        assert_eq!(properties["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], true, "{name}");
        assert_eq!(properties["Policies"]["PasswordPolicy"]["MinimumLength"], 8, "{name}");
    }
}

/// A token of ours is good for calls to the identity provider as well: with it nothing can be written about the user.
#[test]
fn clients_write_no_attribute_of_a_user() {
    let template = Template::read();
    for (name, pool) in template.of_type("AWS::Cognito::UserPool") {
        let schema = many(&pool["Properties"]["Schema"]);
        assert!(!schema.is_empty() && schema.iter().all(|attribute| attribute["Mutable"] == false), "{name}");
        for (client, properties) in template.of_type("AWS::Cognito::UserPoolClient") {
            let named: Vec<_> =
                schema.iter().map(|attribute| format!("custom:{}", attribute["Name"])).collect();
            for lists in ["ReadAttributes", "WriteAttributes"] {
                let listed = many(&properties["Properties"][lists]);
                assert!(!listed.is_empty(), "{client}: none is all");
                for attribute in listed {
                    let attribute = format!("{attribute}").replace('"', "");
                    assert!(
                        named.iter().any(|name| name.replace('"', "") == attribute),
                        "{client}: {attribute}"
                    );
                }
            }
        }
    }
}

#[test]
fn buckets_are_closed_and_quarantine_forgets_within_a_day() {
    let template = Template::read();
    let buckets = template.of_type("AWS::S3::Bucket");
    for (name, bucket) in &buckets {
        for setting in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
            let block = &bucket["Properties"]["PublicAccessBlockConfiguration"];
            assert_eq!(block[setting], true, "{name}: {setting}");
        }
    }
    let quarantine = buckets.iter().find(|(name, _)| name.contains("Quarantine"));
    let properties = &quarantine.expect("there is a quarantine bucket").1["Properties"];
    assert_eq!(properties["VersioningConfiguration"]["Status"], "Enabled");
    let rules = many(&properties["LifecycleConfiguration"]["Rules"]);
    let one_day = |value: &Value| value.as_u64() == Some(1);
    let of_all =
        |rule: &Value| rule["Status"] == "Enabled" && rule["Prefix"].as_str().is_none_or(str::is_empty);
    let old = |rule: &Value| {
        let (plain, nested) =
            (&rule["NoncurrentVersionExpirationInDays"], &rule["NoncurrentVersionExpiration"]);
        one_day(plain) || one_day(&nested["NoncurrentDays"])
    };
    assert!(rules.iter().any(|rule| of_all(rule) && one_day(&rule["ExpirationInDays"])), "{rules:?}");
    assert!(rules.iter().any(|rule| of_all(rule) && old(rule)), "old versions stay: {rules:?}");
}

#[test]
fn what_happens_without_a_caller_keeps_its_failures() {
    let template = Template::read();
    for (function, name, event) in template.events() {
        let properties = &event["Properties"];
        let own = &template.0["Resources"][function]["Properties"];
        let kept = match event["Type"].as_str().unwrap_or_default() {
            "HttpApi" => true,
            "SQS" => named(&properties["Queue"])
                .is_some_and(|queue| keeps_failures(&template.0["Resources"][queue]["Properties"])),
            "DynamoDB" | "Kinesis" => keeps_failures(properties),
            _ => keeps_failures(properties) || keeps_failures(own),
        };
        assert!(kept, "{function}: failures of the event {name} ({}) are lost", event["Type"]);
    }
    for (name, rule) in template.of_type("AWS::Events::Rule") {
        for target in many(&rule["Properties"]["Targets"]) {
            assert!(keeps_failures(target), "{name}: failures of a target are lost");
        }
    }
}

#[test]
fn every_dead_letter_queue_can_be_redriven() {
    let template = Template::read();
    let output = template.0["Outputs"]["DeadLetters"]["Value"]["Fn::Sub"].as_str().expect("the output");
    let told: Value = serde_json::from_str(output).expect("JSON, once the names are filled in");
    let mut expected = serde_json::Map::new();
    for (function, resource) in template.functions() {
        let events =
            resource["Properties"]["Events"].as_object().into_iter().flatten().map(|(_, event)| event);
        let settings = events.map(|event| &event["Properties"]);
        for settings in settings.chain([&resource["Properties"]["EventInvokeConfig"]]) {
            if let Some(destination) = settings.pointer("/DestinationConfig/OnFailure/Destination") {
                let queue =
                    named(destination).unwrap_or_else(|| panic!("{function} fails into no queue of ours"));
                expected.insert(queue.to_owned(), json!({"url": format!("${{{queue}}}")}));
            }
        }
    }
    for (queue, resource) in template.of_type("AWS::SQS::Queue") {
        if let Some(dead) = named(&resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]) {
            let place = json!({"url": format!("${{{dead}}}"), "from": format!("${{{queue}}}")});
            expected.insert(dead.to_owned(), place);
        }
    }
    assert!(expected.len() > 8, "{expected:?}");
    assert_eq!(told, Value::Object(expected));
}

#[test]
fn batches_report_single_failures() {
    let template = Template::read();
    for (function, name, event) in template.events() {
        if event["Type"] == "SQS" {
            let types = many(&event["Properties"]["FunctionResponseTypes"]);
            assert_eq!(
                types,
                [&json!("ReportBatchItemFailures")],
                "{function}: {name} drops failed messages"
            );
        }
    }
}

/// What an environment variable is set to, in all the ways in which a condition may decide.
fn literals<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value.as_object().and_then(|members| members.iter().next()) {
        Some((name, member)) => {
            if let Some([_, then, otherwise]) = branches(name, member) {
                literals(then, found);
                literals(otherwise, found);
            }
        }
        None => found.push(value),
    }
}

#[test]
fn what_a_function_finds_in_its_environment_is_text() {
    let template = Template::read();
    let mut looked_at = 0;
    for (name, resource) in template.resources() {
        let variables = resource["Properties"]["Environment"]["Variables"].as_object();
        for (variable, value) in variables.into_iter().flatten() {
            let mut found = Vec::new();
            literals(value, &mut found);
            assert!(found.iter().all(|literal| literal.is_string()), "{name}: {variable} is {value}");
            looked_at += found.len();
        }
    }
    assert!(looked_at > 2, "there is something to look at");
}

/// The sources of the functions of the template: name, and the text of each file.
fn sources(template: &Template) -> Vec<(String, Vec<(String, String)>)> {
    let folder = journey::template::file().parent().expect("the template lies in a folder").join("functions");
    let read = |binary: &str| {
        let files = std::fs::read_dir(folder.join(binary).join("src")).expect("a function has sources");
        files
            .map(|file| {
                let path = file.expect("a file").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, std::fs::read_to_string(&path).expect("a source is text"))
            })
            .collect()
    };
    let functions = template.functions().into_iter();
    functions
        .map(|(_, function)| {
            let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().expect("a binary");
            (binary.to_owned(), read(binary))
        })
        .collect()
}

#[test]
fn kept_answers_are_open_to_anyone_only_where_the_route_is() {
    let template = Template::read();
    let sources = sources(&template);
    let mut open = 0;
    for (_, function) in template.functions() {
        let binary = &function["Metadata"]["BuildProperties"]["Binary"];
        let (_, files) = sources.iter().find(|(name, _)| binary == name).expect("its sources");
        let is_open_to_anyone = files.iter().any(|(_, text)| text.contains("edge::anyone"));
        if !is_open_to_anyone {
            continue;
        }
        open += 1;
        for event in
            function["Properties"]["Events"].as_object().into_iter().flatten().map(|(_, event)| event)
        {
            assert_eq!(event["Properties"]["Auth"]["Authorizer"], "NONE", "{binary}: {event}");
        }
    }
    assert!(open > 0, "some routes are open");
}

#[test]
fn callers_are_known_in_one_place() {
    for (function, files) in sources(&Template::read()) {
        for (file, text) in files {
            // It ends the closing that made the account closed.
            let is_closing = function == "close-account";
            assert!(
                is_closing || !text.contains("call.applicant()"),
                "{function}/{file}: applicant::account or caller"
            );
            assert!(!text.contains("call.reviewer()"), "{function}/{file}: desk::reviewer");
        }
    }
}
