"""The simulated newsroom of `claimwatch demo`: real pages on a real local server."""

from monitor.demo.newsroom import Newsroom
from monitor.demo.script import Script, Step, read_script

__all__ = ["Newsroom", "Script", "Step", "read_script"]
