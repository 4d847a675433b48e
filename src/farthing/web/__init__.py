"""The pages: what people look at, in Chinese and English."""
