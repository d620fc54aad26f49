//! Requests that no well-meaning client sends, byte by byte: each is answered, none with a 5xx, and what reaches us with a
//! problem of ours. What the gateway itself refuses or cannot read is its own to answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use journey::Stack;
use reqwest::Url;

/// Sends bytes to the API's address and reads the status and all that is answered.
fn exchange(stack: &Stack, request: &[u8]) -> (u16, String) {
    let url = Url::parse(&stack.api).expect("an address");
    let port = url.port_or_known_default().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the gateway listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
    // Whoever is refused early may be cut off while still sending, or in the middle of the answer.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(!answer.is_empty(), "{read:?} in answer to {:?}", String::from_utf8_lossy(request));
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text)
}

fn request(stack: &Stack, method: &str, path: &[u8], header: &[u8], body: &[u8]) -> Vec<u8> {
    let url = Url::parse(&stack.api).expect("an address");
    let host =
        format!("{}:{}", url.host_str().expect("a host"), url.port_or_known_default().expect("a port"));
    let base = url.path().trim_end_matches('/');
    let length = body.len();
    let head = format!(
        "Host: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    );
    [method.as_bytes(), b" ", base.as_bytes(), path, b" HTTP/1.1\r\n", head.as_bytes(), header, b"\r\n", body]
        .concat()
}

/// What it is, the method, the path, a header, and the body.
type Case<'a> = (&'a str, &'a str, &'a [u8], &'a [u8], &'a [u8]);

#[test]
fn hostile_bytes_end_in_an_answer_without_internal_text() {
    let stack = Stack::required();
    let departments: &[u8] = b"/v1/departments?division=110101";
    let long = [b"X-Long: ".as_slice(), "a".repeat(60_000).as_bytes(), b"\r\n"].concat();
    let many: Vec<u8> = (0..150).flat_map(|n| format!("X-{n}: a\r\n").into_bytes()).collect();
    let cases: [Case; 17] = [
        ("nothing wrong", "GET", departments, b"", b""),
        ("a control character", "GET", departments, b"X-Note: a\x01b\r\n", b""),
        ("DEL", "GET", departments, b"X-Note: a\x7fb\r\n", b""),
        ("NUL", "GET", departments, b"X-Note: a\x00b\r\n", b""),
        ("in the language", "GET", departments, b"Accept-Language: z\x02h\r\n", b""),
        ("in the key", "POST", b"/v1/captchas", b"Idempotency-Key: abcdefgh\x01\r\n", b""),
        ("obsolete folding", "GET", departments, b"X-Note: a\r\n b\r\n", b""),
        ("a bare line feed", "GET", departments, b"X-Note: a\nb: c\r\n", b""),
        ("not UTF-8", "GET", departments, b"X-Note: \xff\xfe\r\n", b""),
        ("in a cookie", "POST", b"/v1/sessions/refresh", b"Cookie: baoming_refresh=a\x01b\r\n", b""),
        ("letters in UTF-8", "GET", departments, "X-Note: 北京\r\n".as_bytes(), b""),
        ("a long header", "GET", departments, &long, b""),
        ("many headers", "GET", departments, &many, b""),
        ("a path", "GET", b"/v1/reference/%zz", b"", b""),
        ("a path that is not UTF-8", "GET", b"/v1/reference/%ff%fe", b"", b""),
        ("a query", "GET", b"/v1/departments?division=%E5%8C", b"", b""),
        ("a body that is not UTF-8", "POST", b"/v1/sms-codes", b"", b"{\"mobile\":\"\xff\xfe\"}"),
    ];
    for (name, method, path, header, body) in cases {
        let (status, text) = exchange(&stack, &request(&stack, method, path, header, body));
        let is_fine = ["nothing wrong", "many headers", "letters in UTF-8"].contains(&name);
        assert!((200..500).contains(&status), "{name}: {text}");
        assert!(!is_fine || status == 200 || status >= 400, "{name}: {text}");
        if name == "nothing wrong" {
            assert_eq!(status, 200, "{text}");
        }
        for inside in
            ["errorMessage", "errorType", "Diagnostic", "lambda", "panicked", "deserialize", "Traceback"]
        {
            assert!(!text.contains(inside), "{name}: {text}");
        }
        // What reached a function of ours is answered as every problem is.
        if text.contains("urn:baoming") {
            assert!(text.to_lowercase().contains("application/problem+json"), "{name}: {text}");
        }
        println!("{name}: {status}");
    }
}

/// A control character in a header gets through the local gateway as it is: the answer is ours.
#[test]
fn control_character_in_a_header_is_a_malformed_request() {
    let stack = Stack::required();
    let request = request(&stack, "GET", b"/v1/departments?division=110101", b"X-Note: a\x01b\r\n", b"");
    let (status, text) = exchange(&stack, &request);
    assert_eq!(status, 400, "{text}");
    assert!(text.contains("malformed-request") || !text.contains("urn:"), "{text}");
}
