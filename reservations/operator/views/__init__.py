"""The desk's pages. Every one of them is the whole desk; scripts exchange only the part that changed."""
