import sys
from importlib.metadata import version

from jinja2 import Environment
from markupsafe import _speedups

TEMPLATE = "Dear {{ name | e }},\nthis was written by Jinja {{ version }}, escaped by {{ speedups }}."


def main() -> None:
    name = " ".join(sys.argv[1:]) or "reader"
    letter = Environment().from_string(TEMPLATE)
    speedups = "C" if _speedups.__file__.endswith(".so") else "Python"
    print(letter.render(name=name, version=version("jinja2"), speedups=speedups))


main()
