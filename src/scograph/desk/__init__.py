"""The desk: pages on this machine on which a project is edited without RDF being seen.

`safety` guards the requests, `app` has the routes, `workspace` the open project, `rendering` the pages.
"""
