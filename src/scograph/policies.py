"""Content Security Policies (CSP Level 3) that are sent with the pages, and with the script that runs WebAssembly."""

from __future__ import annotations

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Pages fetch from their own host only, and run nothing that is written in them."""
IMMUTABLE = r"assets/[a-z-]+[.][0-9a-f]{12}[.][a-z.]+"
"""The paths of files whose names have a digest of their bytes, as an expression: what such a name leads to stays."""
KEEP = "public, max-age=31536000, immutable"
"""What `Cache-Control` says of them: browsers need not ask again (RFC 8246)."""
WORKER = r"assets/query-worker[.][0-9a-f]{12}[.]js"
"""The script that compiles WebAssembly, as an expression.

It runs in a worker, which has the policy of its own response (clause 2.2).
"""
WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
"""That script may compile WebAssembly, and fetch from its own host."""
FOLDER_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""For hosts that send one policy with all files: the policy within each page still forbids WebAssembly there."""
