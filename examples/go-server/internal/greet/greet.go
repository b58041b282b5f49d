// Package greet has what the server answers.
package greet

import "fmt"

// Sentence greets somebody, or everybody.
func Sentence(name string) string {
	if name == "" {
		name = "everybody"
	}
	return fmt.Sprintf("Good day, %s", name)
}
