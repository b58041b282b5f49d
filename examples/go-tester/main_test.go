package main

import "testing"

func TestCount(t *testing.T) {
	for text, want := range map[string]int{"": 0, "one": 1, " two  words ": 2} {
		if got := count(text); got != want {
			t.Errorf("count(%q) = %d, want %d", text, got, want)
		}
	}
}
