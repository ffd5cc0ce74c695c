"""What performs the effects: the browser's database, network, files and tabs, and the same without a browser.

JavaScript objects are named js_* and end here. Nothing in this package imports
`js` or `pyodide`: the worker hands over its host object, whose functions take
and answer text, numbers and bytes, and whose promises never reject.
"""
