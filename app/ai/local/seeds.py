"""The preset categories and what speaks for each: three lines of terms that speak for it strongly, well and weakly.

Folded words of English, German, French, Spanish and Portuguese; `word`, `prefix*`, `*suffix` or several words.
"""

PRESET_CATEGORIES: dict[str, str] = {
    "hardware": "Hardware",
    "software": "Software",
    "access": "Access",
    "billing": "Billing",
    "network": "Network",
    "delivery": "Delivery",
    "question": "Question",
    "complaint": "Complaint",
    "other": "Other",
}
WEIGHTS = (3.0, 2.0, 1.0)

SEEDS: dict[str, tuple[str, str, str]] = {
    "hardware": (
        """printer*, drucker, druckers, *drucker, imprimante*, impresora*, impressora*, toner*, cartridge*, *patrone,
        *patronen, scanner*, escaner*, keyboard*, tastatur*, clavier*, teclado*, mouse, maus, souris,
        monitor*, bildschirm*, laptop*, notebook*, portatil*, ordinateur portable, headset*, kopfhorer*,
        casque*, auriculares, auscultadores, docking*, dockingstation*, webcam*, battery, batteries,
        batterie*, akku*, bateria*, charger*, ladegerat*, chargeur*, cargador*, carregador*, hard drive*,
        hard disk*, festplatte*, disque dur, disco duro, disco rigido, ssd, projector*, beamer*,
        projecteur*, proyector*, projetor*, motherboard*, power supply, netzteil*, touchpad*, trackpad*,
        paper jam*, papierstau, bourrage*, atasco*, lautsprecher*, haut parleur*, altavoz*, won t turn on,
        doesn t turn on, does not turn on, power button, geht nicht mehr an, ne s allume*, no enciende*, nao
        liga, ventilador*, lufter*, ventilateur*, usb port*""",
        """usb*, hdmi, screen, screens, ecran*, pantalla*, ecra, tela, cable*, kabel*, pc, computer*, rechner*,
        ordinateur*, ordenador*, computador*, tablet*, tablette*, speaker*, fan, overheat*, uberhitz*,
        surchauff*, flicker*, flacker*, clignot*, parpade*, pisca*, cracked, smartphone*, papier, papel,
        hinge*, spilled, spilt, hardware, gerate, microphone*, mikrofon*, camera*, kamera*, adapter*, power
        cord, buzz*, turn on, turns on""",
        """device*, gerat*, machine*, appareil*, aparelho*, broken, kaputt*, defekt*, casse*, roto, rota, quebr*,
        avaria*, averiad*, noise*, print*, druck*, imprim*, plug*, power, phone, telefon*, paper""",
    ),
    "software": (
        """software*, logiciel*, crash*, absturz*, sturzt, plantage*, plante, bug, bugs, error message*,
        fehlermeldung*, message d erreur, mensaje de error, mensagem de erro, not responding, reagiert
        nicht, ne repond plus, no responde, nao responde, blue screen*, bluescreen*, ecran bleu, pantalla
        azul, tela azul, plugin*, plug in*, add in*, addon*, stack trace*, exception*, excel, word, outlook,
        powerpoint, windows, macos, reinstall*, installier*, deinstallier*, instalar*, instalacion*,
        instalacao, installer, dark mode, freezes, frozen, friert, fige, congela*, trava*, se cierra sol*,
        se ferme tout*, fecha sozinh*""",
        """app, apps, web application*, checkout, shop is down, webshop*, anwendung*, programm*, programme, programa*,
        aplicacion*, aplicativo*, update*, upgrade*, aktualisier*, *update, mise a jour, actualizacion*,
        actualizar*, atualiza*, install*, version*, export*, import, importing, importier*, sync*, synchro*,
        sincroniz*, browser*, chrome, firefox, safari, edge, navigateur*, navegador*, button*,
        schaltflache*, bouton*, boton*, botao, api, integration*, webhook*, dashboard*, database*,
        datenbank*, freez*, hangs, hang, hangt, glitch*, error*, fehler*, erreur*, erro, erros, feature*,
        funktion, funcion, fonctionnalite*, macro*, spreadsheet*, calendar*, kalender*, toolbar*, menu*,
        android, ios, *anwendung, *programm, *software, *app, *fehler, script*, driver*, treiber*,
        template*, licen*, lizenz*""",
        """application*, search*, page*, seite*, pagina*, website*, webseite*, site, file*, datei*, fichier*, archivo*,
        ficheiro*, arquivo*, pdf, csv, load*, laden, ladt, charge pas, click*, klick*, clique*, clic, save*,
        speicher*, enregistr*, guardar*, open*, offnet, offnen, ouvre*, abre*, slow, langsam*, lent, lente,
        lento, lenta, report*, field*, feld*, tab""",
    ),
    "access": (
        """password*, passwort*, *passwort, kennwort*, *kennwort, mot de passe*, mots de passe, contrasena*, senha*,
        palavra passe, log in*, log on*, logged out, log me in, sign in*, signing in, login*, logon*,
        einlogg*, zugangsdaten*, se connecter a mon compte, iniciar sesion, inicio de sesion, iniciar
        sessao, locked out, lockout, account locked, account is locked, gesperrt*, compte bloque, cuenta
        bloqueada, conta bloqueada, 2fa, mfa, two factor*, zwei faktor*, double authentification, dos
        factores, dois fatores, authenticator*, otp, verification code*, verifizierungscode*,
        bestatigungscode*, code de verification, codigo de verificacion, codigo de verificacao, sso, single
        sign*, username*, user name, benutzername*, nom d utilisateur, nombre de usuario, nome de usuario,
        credential*, identifiant*, credenciales, credenciais, permission*, berechtigung*, permiso*,
        permissao, permissoes, access denied, zugriff verweigert, acces refuse, acceso denegado, acesso
        negado, access right*, zugriffsrecht*, droits d acces, unlock*, entsperr*, passkey*, magic link*,
        reset link*, anmeldedaten, benutzerkonto""",
        """access, accessing, not allowed, pin, deactivat*, deaktivier*, accessed, zugang*, zugriff*, acces, acceder,
        acceso*, acesso*, acessar, anmeld*, einloggen*, connecter, connexion a mon compte, connexion a mon
        espace, entrar en mi, entrar na         minha, locked, bloque, bloquee, bloqueada, bloqueado,
        debloquer, desbloque*, new employee*, new         starter*, new colleague*, neue kollegin, neuer
        kollege*, neuen kollegen, neue mitarbeiter*, neuer         mitarbeiter*, neuen mitarbeiter*, nouvel
        employe*, nouveau collegue*, nouvelle collegue*, nuevo         empleado*, nuevo companero*, nova
        colega, novo colega, novo funcionario, authenti*, autentica*, authoris*, authoriz*, user account*,
        shared drive*, shared folder*, shared mailbox*, freigabe*, dossier partage, carpeta compartida,
        pasta compartilhada, pasta partilhada, credenc*, reset, zurucksetz*, reinitialis*, restablec*,
        redefinir*, recuperar, expired""",
        """account*, konto*, compte*, cuenta*, conta, user, users, benutzer*, utilisateur*, usuario*, forgot*,
        forgotten, vergessen*, oublie*, olvid*, esquec*, code*, codigo*, denied, admin*, rights, rechte*,
        droits, role*, profile*, profil*, perfil*, portal*, invite*, invitation*, einladung*, convite*,
        invitacion*, reject*, join*""",
    ),
    "billing": (
        """invoic*, billing*, billed, rechnung*, *rechnung, *rechnungen, factur*, fatura*, faturamento, payment*,
        zahlung*, *zahlung, *zahlungen, paiement*, pago, pagos, pagament*, bezahl*, refund*, ruckerstatt*,
        erstatt*, *erstattung, rembours*, reembols*, charged, overcharg*, double charge, abgebucht*,
        abbuchung*, lastschrift*, preleve*, cobro*, cobrad*, cobraron, cobranca*, cobraram, credit card*,
        kreditkarte*, carte bancaire, carte de credit, tarjeta de credito, cartao de credito, iban, sepa,
        receipt*, quittung*, recibo*, vat, mwst, mehrwertsteuer*, umsatzsteuer*, tva, iva, vat id*, ust id*,
        gutschrift*, credit note*, nota de credito, direct debit*, mahnung*, mahngebuhr*, dunning, purchase
        order*, uberweis*, virement*, transferencia bancaria, subscription*, abonnement*, abo, suscripcion*,
        paypal, buchhaltung*, comptabilite, contabilidad*, accounting, accounts payable, late fee*, pricing,
        kosten*""",
        """bill, bills, paid, pay, paying, payer, paye, payee, pagar*, pague, pagado, pago*, zahle, zahlen, gezahlt,
        charge, charges, price*, preis*, prix, precio*, preco*, quote, quotation*, angebot*, devis,
        presupuesto*, orcamento*, cost estimate*, discount*, rabatt*, remise*, descuento*, desconto*,
        tarjeta, cartao, carte, renew*, verlanger*, renouvel*, renov*, fee, fees, gebuhr*, frais, tarif*,
        tarifa*, voucher*, coupon*, gutschein*, cupon*, bank, banque*, banco*, transferencia*, assinatura*,
        debit*, debited, credited, money back, geld zuruck, betrag*, montant*, importe, valor, amount*, tax,
        taxes, steuer*, impot*, impuesto*, imposto*, kundig*, resili*""",
        """euro*, eur, usd, gbp, dollar*, pound*, reais, money, geld*, argent, dinero*, dinheiro*, cost*, statement*,
        balance*, cancel*, plan, contract*, vertrag*, contrat*, monthly, monatlich*, mensuel*, mensual*,
        mensal*, twice, zweimal, doppelt*, deux fois, dos veces, duas vezes, annual*, card, due, month,
        monat*, mois""",
    ),
    "network": (
        """internet*, wifi, wi fi, wlan*, *wlan, network*, netzwerk*, reseau*, la red, rede sem fio, rede wifi, a rede,
        na rede, da rede, vpn*, router*, routeur*, roteador*, enrutador*, dns, dhcp, ethernet, lan,
        firewall*, pare feu, cortafuegos, access point*, bandwidth*, bandbreite*, bande passante, ancho de
        banda, latency, latenz*, packet loss, paketverlust*, ip address*, ip adresse*, adresse ip, direccion
        ip, endereco ip, hotspot*, glasfaser*, fibre optique, fibra optica, dsl, modem*, connectivity, keeps
        dropping, keeps disconnecting, intranet*, subnet*, port forwarding, ssid""",
        """connection*, connexion*, conexion*, conexao, conexoes, ligacao, verbindung*, *verbindung, disconnect*,
        offline, deconnect*, desconect*, se cae, cai toda*, cai o tempo*, server*, serveur*, servidor*,
        unreachable, nicht erreichbar, injoignable, timeout*, timed out, timing out, proxy*, signal*, sinal,
        senal, outage*, fibre, fibra, ping*, online, netz, switch, remote desktop, home office, teletravail,
        teletrabajo, gateway*, empfang""",
        """connect*, verbind*, conect*, slow, langsam*, lent, lente, lento, lenta, speed*, drop, drops, dropping,
        debit, office, buro*, bureau*, oficina*, escritorio*, down, reach, remote*, mbit*, mbps""",
    ),
    "delivery": (
        """deliver*, liefer*, *lieferung, *lieferungen, livraison*, livreur*, livree, entrega*, shipment*, shipping*,
        shipped, versand*, versendet*, verschickt*, paket, pakete, pakets, sendung*, *sendung,
        sendungsverfolg*, parcel*, colis, paquete*, pacote*, encomenda*, tracking*, trackingnummer*, numero
        de suivi, numero de seguimiento, rastreio, rastreamento, courier*, kurier*, coursier*,
        transporteur*, transportista*, transportadora*, dhl, ups, fedex, dpd, hermes, gls, usps, correios,
        correos, colissimo, chronopost, zugestellt*, zustell*, wrong item*, wrong article*, falscher
        artikel, falschen artikel, mauvais article, articulo equivocado, produto errado, return label*,
        retoure*, rucksend*, rucksendung*, warehouse*, customs, zollamt*, douane*, aduana*, alfandega*, out
        for delivery, dispatch*, expedi*, my order, our order, meine bestellung, unsere bestellung, ma
        commande, notre commande, mi pedido, nuestro pedido, meu pedido, minha encomenda, postman,
        spediteur*, spedition*""",
        """order number*, order no, ordered, order, bestellung*, bestellnummer*, bestellt*, commande*, commandee,
        pedido*, pedi, comande*, ship, package*, arrive*, arrived, arriving, angekommen*, ankommen, kommt
        an, arrivee, llegad*, llega, llegado, ha llegado, chegou, chegar, chegada, envio*, enviado*, envoi*,
        suivi, track, carrier*, pickup*, abhol*, depot, retour*, devolver*, devoluc*, devoluci*, return*,
        neighbour*, nachbar*, voisin*, vecino*, vizinh*, delivery address, adresse de livraison, direccion
        de entrega, paczk*, item*, artikel*, livre""",
        """missing, fehlt, fehlen, manque*, falta*, lost, damaged, beschadigt*, endommage*, danad*, danific*, box,
        karton*, carton, caja*, caixa*, address*, adresse*, direccion*, endereco*, still waiting, warte,
        attends, espero, wait*, received, erhalten, recu, recibi*, recebi*, week*, woche*, semaine*,
        semana*, product*""",
    ),
    "question": (
        """question about, general question, quick question, allgemeine frage, kurze frage, eine frage, question
        generale, une question, pregunta*, pergunta*, duvida*, opening hours, offnungszeiten*, geoffnet,
        heures d ouverture, horario de atencion, horario de atendimento, i was wondering, i am wondering, i
        would like to know, i d like to know, ich mochte wissen, ich wollte fragen, ich wurde gerne wissen,
        j aimerais savoir, je voudrais savoir, quisiera saber, me gustaria saber, gostaria de saber, queria
        saber""",
        """how do i, how do we, how can i, how can we, how does, is it possible, could you tell me, can you tell me,
        can you explain, where can i find, where do i find, do you offer, do you have, do you support, do
        you also, what is the difference, which of, wie kann ich, wie funktioniert, gibt es, ist es moglich,
        bieten sie, haben sie auch, konnen sie mir sagen, wo finde ich, comment faire, comment puis je,
        comment fonctionne, est il possible, est ce que vous, proposez vous, pouvez vous me dire, ou puis
        je, y a t il, como puedo, es posible, tienen, ofrecen, donde puedo, como posso, e possivel, voces
        tem, onde posso, oferecem, question*, fragen, frage, documentation, dokumentation, tutorial*, guide""",
        """curious, wondering, information*, informacion*, informacao, informacoes, renseignement*, auskunft, manual*,
        handbuch, anleitung*, explain*, possible, moglich, explique*, details, advice, recommend*, empfehl*""",
    ),
    "complaint": (
        """complain*, beschwer*, plainte*, porter plainte, queja*, quejar*, unacceptabl*, inacceptabl*, inaceptable*,
        inaceitave*, inakzeptabel*, disappoint*, enttausch*, decu, decue, decus, decepcion*, rude,
        unfreundlich*, impoli*, groser*, mal educad*, worst, never again, nie wieder, plus jamais, nunca
        mas, nunca mais, lawyer*, solicitor*, anwalt*, avocat*, abogad*, advogad*, unhappy, unzufrieden*,
        mecontent*, insatisf*, fed up, ridiculous, frechheit*, unverschamt*, scandaleu*, verguenza*,
        vergonha, vergonhos*, poor service, bad service, terrible service, schlechter service, mauvais
        service, mal servicio, mau atendimento, pessimo*, pesimo*, ombudsman, procon, trading standards,
        verbraucherschutz*, verbraucherzentrale*, awful, appalling, dreadful, disgrace*, disgust*, livro de
        reclamacoes, hoja de reclamacion*, reclamo formal, indigne*""",
        """reclam*, reklam*, terrible, horrible*, shocking*, frustrat*, frustrier*, frustrant*, angry, argerlich*,
        furious, wutend*, en colere, enfadad*, indignad*, chateado, nobody answers, nobody replies, no one
        answers, no one replies, niemand antwortet, personne ne repond, nadie responde, nadie contesta,
        ninguem responde, ignored, ignoriert*, third time, drittes mal, dritten mal, troisieme fois, tercera
        vez, terceira vez, unprofessional*, unprofessionell*, bad experience, incompeten*, zumutung,
        lamentable*, still no answer, still no reply, attitude, hung up on""",
        """schlecht*, mauvais*, bad, manager*, supervisor*, vorgesetzte*, responsable*, trust, vertrauen, again,
        apolog*, entschuldigung, excuses, disculpa*, desculpa*, compensation*, entschadigung*, poor*,
        service""",
    ),
    "other": (
        """cv, curriculum vitae, resume, lebenslauf, bewerbung, bewerbe mich, candidature, lettre de motivation,
        candidatura, newsletter*, unsubscribe*, abmelden vom newsletter, out of office, out of the office,
        automatic reply, abwesenheitsnotiz, nicht im haus, nicht im buro, absence du bureau, fuera de la
        oficina, ausencia del escritorio, fora do escritorio, marketing agency, search results, backlink*,
        seo, job opening*, internship*, praktikumsplatz, thesis, happy birthday, feliz cumpleanos, feliz
        aniversario, joyeux anniversaire""",
        """survey*, umfrage*, sondage*, encuesta*, pesquisa de, spam, werbung, advertis*, sponsor*, partnership*,
        recruit*, vacancy, stellenangebot*, recette*, recipe*, blog*, social media""",
        "",
    ),
}
