// Go's client, alone and in parallel: go run main.go ORIGIN PATH SELECT CONSTRUCT PARALLEL
// It says on a line: its name, then the triples of the document, the rows and the triples that it got; and how many of
// the parallel queries were answered. Without queries ("") only the document is asked for.
package main

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
)

func lines(address, accept string) (int, error) {
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return 0, fmt.Errorf("%s: %s", address, answer.Status)
	}
	count := 0
	reader := bufio.NewScanner(answer.Body)
	reader.Buffer(nil, 1<<24)
	for reader.Scan() {
		if strings.TrimSpace(reader.Text()) != "" {
			count++
		}
	}
	return count, reader.Err()
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	origin, path, selects, construct := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	parallel, _ := strconv.Atoi(os.Args[5])
	ask := func(query, accept string) (int, error) {
		return lines(origin+"/sparql?query="+url.QueryEscape(query), accept)
	}
	document, err := lines(origin+path, "application/n-triples")
	fail(err)
	if selects == "" {
		fmt.Printf("Go net/http\t%d\n", document)
		return
	}
	rows, err := ask(selects, "text/csv")
	fail(err)
	triples, err := ask(construct, "application/n-triples")
	fail(err)
	fmt.Printf("Go net/http\t%d\t%d\t%d\n", document, rows-1, triples)
	var group sync.WaitGroup
	var lock sync.Mutex
	answered := 0
	for range parallel {
		group.Add(1)
		go func() {
			defer group.Done()
			if found, err := ask(selects, "text/csv"); err == nil && found == rows {
				lock.Lock()
				answered++
				lock.Unlock()
			}
		}()
	}
	group.Wait()
	fmt.Printf("Go in parallel\t%d\n", answered)
}
