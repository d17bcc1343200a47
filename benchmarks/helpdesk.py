"""The desks with 100,000 inquiries and as many calls: list, search and figures, p95 against 200 ms.

    python -m benchmarks.helpdesk [--tickets 100000]

Runs on a database of its own beside the demo's and leaves it behind for another run.
"""
