"""What pages, drawings and frames are made from: plain, frozen views that the caller fills from records."""
