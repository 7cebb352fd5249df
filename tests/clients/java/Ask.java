// Four clients on Java: java -cp CLASSPATH Ask.java ORIGIN PATH SELECT CONSTRUCT
// Each says on a line: its name, then the triples of the document, the rows and the triples that it got. Without queries
// ("") only the document is asked for.
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;
import org.eclipse.rdf4j.model.impl.LinkedHashModel;
import org.eclipse.rdf4j.query.QueryResults;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

public class Ask {
  interface Get { String at(String address, String accept) throws Exception; }

  static String document, endpoint, select, construct;

  static void say(String name, long... counts) {
    var line = new StringBuilder(name);
    for (long count : counts) line.append('\t').append(count);
    System.out.println(line);
  }

  static long lines(String text) { return text.lines().filter(line -> !line.isBlank()).count(); }

  static String asked(String query) { return endpoint + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8); }

  static void get(String name, Get get) throws Exception {
    long triples = lines(get.at(document, "application/n-triples"));
    if (select.isEmpty()) say(name, triples);
    else say(name, triples, lines(get.at(asked(select), "text/csv")) - 1,
        lines(get.at(asked(construct), "application/n-triples")));
  }

  static void jena() throws Exception {
    long triples = RDFDataMgr.loadModel(document).size(), rows = 0;
    if (select.isEmpty()) {
      say("Jena", triples);
      return;
    }
    try (var query = QueryExecutionHTTP.service(endpoint, select)) {
      for (var found = query.execSelect(); found.hasNext(); rows++) found.next();
    }
    try (var query = QueryExecutionHTTP.service(endpoint, construct)) {
      say("Jena", triples, rows, query.execConstruct().size());
    }
  }

  static void rdf4j() throws Exception {
    var memory = new SailRepository(new MemoryStore());
    long triples;
    try (var connection = memory.getConnection()) {
      connection.add(new URI(document).toURL());
      triples = connection.size();
    }
    memory.shutDown();
    if (select.isEmpty()) {
      say("RDF4J", triples);
      return;
    }
    var repository = new SPARQLRepository(endpoint);
    try (var connection = repository.getConnection()) {
      long rows = QueryResults.asList(connection.prepareTupleQuery(select).evaluate()).size();
      var built = new LinkedHashModel(QueryResults.asList(connection.prepareGraphQuery(construct).evaluate()));
      say("RDF4J", triples, rows, built.size());
    }
    repository.shutDown();
  }

  public static void main(String[] arguments) throws Exception {
    document = arguments[0] + arguments[1];
    endpoint = arguments[0] + "/sparql";
    select = arguments[2];
    construct = arguments[3];
    jena();
    rdf4j();
    get("HttpURLConnection", (address, accept) -> {
      var connection = (HttpURLConnection) new URI(address).toURL().openConnection();
      connection.setRequestProperty("Accept", accept);
      try (var body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
    });
    var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    get("java.net.http", (address, accept) -> {
      var request = HttpRequest.newBuilder(new URI(address)).header("Accept", accept).build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) throw new RuntimeException(answer.statusCode() + " " + address);
      return answer.body();
    });
  }
}
