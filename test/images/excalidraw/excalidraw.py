#!/usr/bin/python3
"""Stand-in for excalidraw/excalidraw: one page. It draws nothing."""
import sys

sys.path.insert(0, "/usr/local/lib/standin")
from standin import serve

IMAGE = "excalidraw/excalidraw"
page = lambda h: h.page(IMAGE, "Excalidraw")
serve(IMAGE, {80: {"GET /": page, "HEAD /": page}})
