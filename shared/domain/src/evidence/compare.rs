//! Edit distance of two texts.

/// Minimum number of characters to replace, insert or delete to turn one text into the other (Levenshtein, 1966).
pub fn differing(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    // Distances from the processed part of `one` to each prefix of `other`.
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (seen, character) in one.chars().enumerate() {
        let mut diagonal = seen;
        row[0] = seen + 1;
        for (place, facing) in other.iter().enumerate() {
            let changed = diagonal + usize::from(character != *facing);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
