//! people::samples — every page of this domain against its committed samples.
