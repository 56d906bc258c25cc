# ncrypt
