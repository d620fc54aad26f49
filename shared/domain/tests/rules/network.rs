use domain::network::source;
use proptest::prelude::*;

#[test]
fn one_subscriber_is_one_source() {
    let same = [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"),
        ("[::ffff:203.0.113.7]", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2002:cb00:7107:5::1", "203.0.113.7"),
        ("2002:cb00:7107:ffff:1:2:3:4", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:0db8:0001:0002:0:0:0:9", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unknown", "unknown"),
        ("999.1.1.1", "999.1.1.1"),
    ];
    for (address, expected) in same {
        assert_eq!(source(address).expose(), expected, "{address}");
    }
}

#[test]
fn neighbours_are_sources_of_their_own() {
    for (one, other) in [
        ("203.0.113.7", "203.0.113.8"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("2002:cb00:7107::1", "2002:cb00:7108::1"),
    ] {
        assert!(source(one) != source(other), "{one} {other}");
    }
}

#[test]
fn a_source_is_short_and_stays_out_of_logs() {
    assert_eq!(source(&"长".repeat(1_000)).expose().len(), 63);
    let shown = format!("{:?} {}", source("203.0.113.7"), source("203.0.113.7"));
    assert!(!shown.contains("203"), "{shown}");
}

proptest! {
    #[test]
    fn any_text_has_a_source(text in "\\PC{0,200}") {
        prop_assert!(source(&text).expose().len() <= 64);
    }

    #[test]
    fn the_last_64_bits_make_no_difference(high in any::<[u16; 4]>(), low in any::<[u16; 8]>()) {
        prop_assume!(high[0] != 0x2002 && high != [0, 0, 0, 0] && high[..2] != [0x64, 0xff9b]);
        let [a, b, c, d] = high;
        let address = |[e, f, g, h]: [u16; 4]| std::net::Ipv6Addr::new(a, b, c, d, e, f, g, h).to_string();
        let [one, other] = [address([low[0], low[1], low[2], low[3]]), address([low[4], low[5], low[6], low[7]])];
        prop_assert_eq!(source(&one), source(&other));
    }
}
