"""The review pages: how a claim moved, in the browser. Served by Datasette.

`server` is the only module that needs Datasette; views and pages do without.
"""
