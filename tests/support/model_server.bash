# model_server.bash - starts and ends the stub of embedding servers.

# start_server MODE: sets url. The server ends with the test: its standard input is ours.
start_server() {
    rm -f port asked
    mkfifo hold
    python3 "$ROOT/tests/support/model_server.py" port "$1" < hold &
    exec 9> hold
    rm hold
    until [ -s port ]; do read -rt 0.02 <> <(:) || true; done
    url=http://127.0.0.1:$(cat port)
}

stop_server() {
    exec 9>&-
}
