"""The names of papers and looks, for forms; no drawing library is loaded here."""

from __future__ import annotations

from media.labels.paper import PAPERS

PAPER_NAMES = {
    code: f"{paper.name}, {paper.width:g} × {paper.height:g} mm" for code, paper in PAPERS.items()
}
SIDES = {code: len(paper.pages) for code, paper in PAPERS.items()}
LOOK_NAMES = {
    "gading": "Gading, motif kawung",
    "nila": "Nila, motif truntum",
    "daun": "Daun, motif parijotho",
    "kunyit": "Kunyit, motif anyaman",
    "polos": "Polos, hemat tinta",
}
