"""Mail: understand what came in, write and send what goes out, keep what is delivered."""
