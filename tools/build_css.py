"""The one stylesheet of the site is joined from its sources and minified.

Run it after a change in static/css; --check only says whether the built file is fresh.
"""

import hashlib
import re
import sys
from pathlib import Path

import lightningcss

STATIC = Path(__file__).resolve().parent.parent / "marketplace" / "web" / "static"
SOURCES = STATIC / "css"
BUILT = STATIC / "guyub.css"
LAYERS = "@layer reset, tokens, base, layout, components, utilities;\n"
# Three years of phones: what the browsers below cannot read, lightningcss writes for them.
BROWSERS = ["chrome >= 105", "samsung >= 20", "safari >= 15.4", "firefox >= 121"]


def joined() -> str:
    """One file a component; the layers decide who wins, not the order of the files."""
    outer = {
        name: (SOURCES / f"{name}.css").read_text("utf-8")
        for name in ("base", "tokens", "layout", "utilities")
    }
    components = "".join(
        path.read_text("utf-8") for path in sorted((SOURCES / "components").glob("*.css"))
    )
    return (
        LAYERS
        + outer["base"]
        + outer["tokens"]
        + outer["layout"]
        + "@layer components {\n"
        + components
        + "}\n"
        + outer["utilities"]
    )


def named_by_content(css: str) -> str:
    """Fonts and motifs carry their content's hash, as static_url writes it: kept for a year."""

    def versioned(match: re.Match[str]) -> str:
        digest = hashlib.sha256((STATIC / match[1]).read_bytes()).hexdigest()[:10]
        return f'url("{match[1]}?v={digest}")'

    return re.sub(r'url\("((?:font|motif)/[^"?]+)"\)', versioned, css)


def built() -> str:
    """What the built file should hold."""
    css: str = lightningcss.process_stylesheet(
        named_by_content(joined()), minify=True, browsers_list=BROWSERS
    )
    return css.strip() + "\n"


def main() -> int:
    """Write the stylesheet, or with --check say whether it is fresh."""
    css = built()
    if "--check" in sys.argv[1:]:
        fresh = BUILT.exists() and BUILT.read_text("utf-8") == css
        print("guyub.css is fresh." if fresh else "guyub.css is stale: run tools/build_css.py")
        return 0 if fresh else 1
    BUILT.write_text(css, "utf-8")
    print(f"guyub.css: {len(css.encode())} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
